"""Knowledge over the stack's own knowledge function: agents need none of its layer and rights."""

from collections.abc import Sequence

from pydantic import ValidationError

from hub.adapters.lambda_functions import LambdaFunctions
from hub.domain.errors import InternalError
from hub.domain.knowledge import Dataset, Passage


class LambdaKnowledge:
    """Asks the knowledge function."""

    def __init__(self, functions: LambdaFunctions, function: str) -> None:
        self._functions = functions
        self._function = function

    def search(
        self, organization_id: str, query: str, datasets: Sequence[Dataset], limit: int
    ) -> Sequence[Passage]:
        """The passages that fit best, best first."""
        task = {
            "task": "search",
            "organizationId": organization_id,
            "query": query,
            "datasets": list(datasets),
            "limit": limit,
        }
        answer = self._functions.ask(self._function, task)
        try:
            return [Passage.model_validate(passage) for passage in answer["passages"]]
        except (TypeError, KeyError, ValidationError):
            raise InternalError(f"the function {self._function} answered no passages") from None
