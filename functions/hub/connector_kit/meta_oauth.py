"""Meta's OAuth, as Facebook and Instagram have it in Facebook Login.

A code buys a token of an hour or two, which is swapped at once for one of about 60 days. There is
no refresh token: before the end a person must agree again.
https://developers.facebook.com/docs/facebook-login/guides/access-tokens/get-long-lived
"""

from datetime import timedelta

from hub.connector_kit.spec import Credential, OAuth
from hub.domain.token import TokenNames

META_CLIENT_ID = Credential(
    "clientId", "Id of the app, to connect with OAuth.", secret=False, required=False
)

META_OAUTH = OAuth(
    authorize_url="https://www.facebook.com/{apiVersion}/dialog/oauth",
    token_url="https://graph.facebook.com/{apiVersion}/oauth/access_token",  # noqa: S106 -- an address, not a token
    scope_separator=",",
    renews=False,
    lengthen="fb_exchange_token",
    # Meta leaves `expires_in` out now and then; its long-lived tokens end all the same.
    lifetime=timedelta(days=60),
    names=TokenNames(client_secret="appSecret"),  # noqa: S106 -- a name
)
