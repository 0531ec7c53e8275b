"""The offline writer: the work of a model done by rules, deterministic, free and without a network.

It says so in the output (`"engine": "offline"`), and can be asked to fail, to rehearse retries.
"""

from pydantic import BaseModel

from hub.domain.errors import TransientError
from hub.domain.run import ModelUsage
from hub.ports import ModelRequest


class OfflineModel:
    """ModelClient that calls the request's own composer."""

    engine = "offline"

    def generate[T: BaseModel](self, request: ModelRequest[T]) -> tuple[T, ModelUsage]:
        """The composed output. Counts words as tokens, so that accounting can be seen to work.

        Raises TransientError on the first `simulate["modelFailures"]` attempts.
        """
        if request.attempt < request.simulate.get("modelFailures", 0):
            raise TransientError(
                f"the offline writer was asked to fail on attempt {request.attempt + 1}",
                code="MODEL_THROTTLED",
            )
        output = request.compose()
        prompt = f"{request.system} {request.prompt}"
        usage = ModelUsage(
            engine=self.engine,
            input_tokens=len(prompt.split()),
            output_tokens=len(output.model_dump_json().split()),
        )
        return output, usage
