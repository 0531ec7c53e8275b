"""Embeddings by Amazon Titan Text Embeddings V2, through Bedrock's InvokeModel.

https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-embed-text.html
"""

import json
from array import array
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from botocore.exceptions import ClientError

from hub.adapters.bedrock_errors import NO_ANSWER, no_answer, refused
from hub.domain.errors import InternalError

MODEL_ID = "amazon.titan-embed-text-v2:0"
_DIMENSIONS = 256
_LONGEST = 20_000
"""Characters of a text that are sent: the model takes 8,192 tokens, 50,000 characters."""

_PARALLEL = 8
_ADVICE = (
    "check that the account has access to it in this region, or set the stack's parameter "
    "KnowledgeEmbedder to wordllama"
)


class TitanEmbedder:
    """Embeds on Bedrock, one request a text, some at a time. The client is asked for at first use.

    Vectors have length 1.
    """

    model = f"bedrock:{MODEL_ID}:{_DIMENSIONS}"
    dimensions = _DIMENSIONS
    at_once = 288

    def __init__(self, client: Callable[[], Any]) -> None:
        self._client = client

    def embed(self, texts: Sequence[str]) -> list[array[float]]:
        """The vectors of texts, float32, in their order.

        Raises TransientError (throttled, busy, no answer in time) and MisconfiguredError (no
        access to the model).
        """
        client = self._client()
        if len(texts) == 1:
            return [self._vector(client, texts[0])]
        with ThreadPoolExecutor(_PARALLEL) as pool:
            return list(pool.map(lambda text: self._vector(client, text), texts))

    def _vector(self, client: Any, text: str) -> array[float]:
        # The model refuses an empty text.
        shown = text[:_LONGEST].strip() or "-"
        request = {"inputText": shown, "dimensions": _DIMENSIONS, "normalize": True}
        try:
            answer = client.invoke_model(
                modelId=MODEL_ID,
                body=json.dumps(request),
                contentType="application/json",
                accept="application/json",
            )
            found = json.loads(answer["body"].read())
        except NO_ANSWER as error:
            raise no_answer(MODEL_ID) from error
        except ClientError as error:
            raise refused(error, MODEL_ID, _ADVICE) from error
        vector = array("f", found.get("embedding", ()))
        if len(vector) != _DIMENSIONS:
            raise InternalError(f"{MODEL_ID} answered {len(vector)} numbers, not {_DIMENSIONS}")
        return vector
