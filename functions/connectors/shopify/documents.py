"""What is asked of Shopify, in GraphQL, checked against the Admin schema 2026-10.

None of these mutations documents support for `@idempotent`, so none carries it.
"""

PRODUCT = "id handle title status"

SHOP = """\
query Shop {
  shop { id name myshopifyDomain currencyCode ianaTimezone primaryDomain { url } }
  currentAppInstallation { accessScopes { handle } }
}"""

ORDERS = """\
query Orders(
  $first: Int!, $after: String, $query: String, $sortKey: OrderSortKeys, $reverse: Boolean,
  $withCustomer: Boolean!, $withLines: Boolean!
) {
  orders(first: $first, after: $after, query: $query, sortKey: $sortKey, reverse: $reverse) {
    nodes {
      id name createdAt cancelledAt displayFinancialStatus displayFulfillmentStatus sourceName tags
      discountCodes
      currentTotalPriceSet { shopMoney { amount currencyCode } }
      customer @include(if: $withCustomer) {
        id displayName defaultEmailAddress { emailAddress }
      }
      lineItems(first: 50) @include(if: $withLines) { nodes { title sku quantity } }
    }
    pageInfo { hasNextPage endCursor }
  }
}"""

PRODUCT_BY_IDENTIFIER = """\
query Product($identifier: ProductIdentifierInput!) {
  productByIdentifier(identifier: $identifier) {
    id handle title status descriptionHtml vendor productType tags totalInventory onlineStoreUrl
    createdAt updatedAt
    options { name optionValues { name } }
    variants(first: 100) {
      nodes { id title sku barcode price compareAtPrice inventoryQuantity }
      pageInfo { hasNextPage }
    }
    media(first: 20) { nodes { alt preview { image { url } } } }
  }
}"""

PRODUCT_SET = f"""\
mutation ProductSet($input: ProductSetInput!, $identifier: ProductSetIdentifiers) {{
  productSet(input: $input, identifier: $identifier, synchronous: true) {{
    product {{ {PRODUCT} }}
    userErrors {{ field message code }}
  }}
}}"""

STAGED_UPLOADS_CREATE = """\
mutation StagedUploadsCreate($input: [StagedUploadInput!]!) {
  stagedUploadsCreate(input: $input) {
    stagedTargets { url parameters { name value } }
    userErrors { field message }
  }
}"""

_OPERATION = "id status errorCode createdAt completedAt rootObjectCount fileSize url partialDataUrl"

BULK_RUN = f"""\
mutation BulkRun($mutation: String!, $stagedUploadPath: String!, $clientIdentifier: String) {{
  bulkOperationRunMutation(
    mutation: $mutation, stagedUploadPath: $stagedUploadPath, clientIdentifier: $clientIdentifier
  ) {{
    bulkOperation {{ {_OPERATION} }}
    userErrors {{ field message code }}
  }}
}}"""

BULK_OPERATION = f"""\
query BulkOperation($id: ID!) {{
  bulkOperation(id: $id) {{ {_OPERATION} }}
}}"""

BULK_OPERATIONS = f"""\
query BulkOperations($first: Int!, $query: String) {{
  bulkOperations(first: $first, query: $query) {{
    nodes {{ {_OPERATION} query }}
    pageInfo {{ hasNextPage }}
  }}
}}"""

DISCOUNT_CREATE = """\
mutation DiscountCreate($basicCodeDiscount: DiscountCodeBasicInput!) {
  discountCodeBasicCreate(basicCodeDiscount: $basicCodeDiscount) {
    codeDiscountNode {
      id
      codeDiscount { ... on DiscountCodeBasic { title status startsAt endsAt createdAt summary } }
    }
    userErrors { field message code }
  }
}"""

DISCOUNT_BY_CODE = """\
query DiscountByCode($code: String!) {
  codeDiscountNodeByCode(code: $code) {
    id
    codeDiscount { ... on DiscountCodeBasic { title status startsAt endsAt createdAt summary } }
  }
}"""

_DRAFT = """\
id name status createdAt invoiceUrl
    customAttributes { key value }
    totalPriceSet { presentmentMoney { amount currencyCode } }
    order { id name }"""

DRAFT_CREATE = f"""\
mutation DraftCreate($input: DraftOrderInput!) {{
  draftOrderCreate(input: $input) {{
    draftOrder {{ {_DRAFT} }}
    userErrors {{ field message }}
  }}
}}"""

DRAFT_COMPLETE = f"""\
mutation DraftComplete($id: ID!) {{
  draftOrderComplete(id: $id) {{
    draftOrder {{ {_DRAFT} }}
    userErrors {{ field message }}
  }}
}}"""

DRAFT = f"""\
query Draft($id: ID!) {{
  draftOrder(id: $id) {{ {_DRAFT} }}
}}"""

DRAFTS = f"""\
query Drafts($first: Int!) {{
  draftOrders(first: $first, sortKey: ID, reverse: true) {{
    nodes {{ {_DRAFT} }}
    pageInfo {{ hasNextPage }}
  }}
}}"""


def bulk_product_set(name: str) -> str:
    """The mutation of each line of a bulk operation. Its name is how the operation is known again:
    Shopify shows an operation's document, not its clientIdentifier.
    """
    return (
        f"mutation {name}($input: ProductSetInput!, $identifier: ProductSetIdentifiers) {{ "
        "productSet(input: $input, identifier: $identifier) { "
        "product { id handle } userErrors { field message code } } }"
    )
