"""Models on Amazon Bedrock, through Converse; the output comes as the input of a forced tool.

https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
"""

import json
from collections.abc import Callable, Sequence
from typing import Any

from botocore.exceptions import ClientError

from hub.adapters.bedrock_errors import NO_ANSWER, no_answer, refused
from hub.adapters.structured_model import Answered, Prices, Schema, StructuredModel, Turn

_ADVICE = (
    "check the stack's parameters ModelId and ModelArns, and that the account has access to the "
    "model in this region"
)
_REFUSED = frozenset({"guardrail_intervened", "content_filtered"})


class BedrockModel(StructuredModel):
    """One model or inference profile. The client is asked for at first use."""

    def __init__(self, client: Callable[[], Any], model_id: str, prices: Prices) -> None:
        super().__init__(f"bedrock:{model_id}", prices)
        self._client = client
        self._model_id = model_id

    def _ask(self, system: str, turns: Sequence[Turn], schema: Schema) -> Answered:
        tool = {
            "name": schema.name,
            "description": "Takes the answer.",
            "inputSchema": {"json": schema.json_schema},
        }
        try:
            answer = self._client().converse(
                modelId=self._model_id,
                system=[{"text": system}],
                messages=[{"role": t.role, "content": [{"text": t.text}]} for t in turns],
                inferenceConfig={"maxTokens": schema.max_tokens, "temperature": 0.3},
                toolConfig={
                    "tools": [{"toolSpec": tool}],
                    "toolChoice": {"tool": {"name": schema.name}},
                },
            )
        except NO_ANSWER as error:
            raise no_answer(self.engine) from error
        except ClientError as error:
            raise refused(error, self.engine, _ADVICE) from error
        return _answered(answer)


def _answered(answer: dict[str, Any]) -> Answered:
    content = answer["output"]["message"]["content"]
    data = next((part["toolUse"]["input"] for part in content if "toolUse" in part), None)
    text = " ".join(part["text"] for part in content if "text" in part)
    usage = answer.get("usage", {})
    return Answered(
        data=data,
        text=json.dumps(data) if data is not None else text,
        input_tokens=usage.get("inputTokens", 0),
        output_tokens=usage.get("outputTokens", 0),
        cut=answer.get("stopReason") == "max_tokens",
        refused=answer.get("stopReason") in _REFUSED,
    )
