"""Models behind any server that speaks OpenAI's chat completions, by its base URL.

The output is asked for as a JSON Schema response format; servers of llama.cpp's kind take the
schema beside `json_object`.
https://platform.openai.com/docs/api-reference/chat/create
"""

import json
from collections.abc import Callable, Sequence
from typing import Any, Literal

import httpx

from hub.adapters.structured_model import Answered, Prices, Schema, StructuredModel, Turn
from hub.domain.errors import MisconfiguredError, TransientError

TIMEOUT_SECONDS = 50.0
"""Below the agents' own 60."""


type ResponseFormat = Literal["json_schema", "json_object"]


class OpenAiModel(StructuredModel):
    """One model of one server. `api_key` is asked for at first use; None for a server without."""

    def __init__(
        self,
        base_url: str,
        model: str,
        prices: Prices,
        api_key: Callable[[], str | None] = lambda: None,
        *,
        transport: httpx.BaseTransport | None = None,
        response_format: ResponseFormat = "json_schema",
    ) -> None:
        super().__init__(f"openai:{model}", prices)
        self._model = model
        self._url = f"{base_url.rstrip('/')}/chat/completions"
        self._api_key = api_key
        self._format = response_format
        self._http = httpx.Client(transport=transport, timeout=TIMEOUT_SECONDS, trust_env=False)

    def close(self) -> None:
        """Close its connections."""
        self._http.close()

    def _ask(self, system: str, turns: Sequence[Turn], schema: Schema) -> Answered:
        key = self._api_key()
        body = {
            "model": self._model,
            "messages": [
                {"role": "system", "content": system},
                *({"role": turn.role, "content": turn.text} for turn in turns),
            ],
            "max_tokens": schema.max_tokens,
            "temperature": 0.3,
            "response_format": self._asked(schema),
        }
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        try:
            response = self._http.post(self._url, json=body, headers=headers)
        except httpx.TransportError as error:
            message = f"{self.engine} did not answer ({type(error).__name__})"
            raise TransientError(message, code="MODEL_TIMEOUT") from error
        if response.status_code != httpx.codes.OK:
            raise self._refused(response)
        return self._answered(response)

    def _asked(self, schema: Schema) -> dict[str, Any]:
        if self._format == "json_object":
            return {"type": "json_object", "schema": schema.json_schema}
        said = {"name": schema.name, "schema": schema.json_schema}
        return {"type": "json_schema", "json_schema": said}

    def _refused(self, response: httpx.Response) -> Exception:
        status = response.status_code
        if status == httpx.codes.TOO_MANY_REQUESTS:
            return TransientError(f"{self.engine} is throttled", code="MODEL_THROTTLED")
        if status >= httpx.codes.INTERNAL_SERVER_ERROR or status == httpx.codes.REQUEST_TIMEOUT:
            message = f"{self.engine} cannot answer now (HTTP {status})"
            return TransientError(message, code="MODEL_BUSY")
        return MisconfiguredError(
            f"{self.engine} refused the request (HTTP {status}); check the stack's parameters "
            "ModelBaseUrl, ModelId, ModelApiKeySecret and ModelResponseFormat"
        )

    def _answered(self, response: httpx.Response) -> Answered:
        try:
            answer = response.json()
            choice = answer["choices"][0]
            message = choice["message"]
        except (ValueError, KeyError, IndexError, TypeError):
            message = f"{self.engine} answered no chat completion"
            raise MisconfiguredError(f"{message}; check ModelBaseUrl") from None
        text = message.get("content") or ""
        usage = answer.get("usage") or {}
        return Answered(
            data=_parsed(text),
            text=text,
            input_tokens=usage.get("prompt_tokens", 0),
            output_tokens=usage.get("completion_tokens", 0),
            cut=choice.get("finish_reason") == "length",
            refused=bool(message.get("refusal")) or choice.get("finish_reason") == "content_filter",
        )


def _parsed(text: str) -> Any:
    """The JSON of an answer; some servers put it between ``` marks."""
    plain = text.strip().removeprefix("```json").removeprefix("```").removesuffix("```")
    try:
        return json.loads(plain)
    except ValueError:
        return None
