"""What a model wrote is held to what code can see, in every mode.

A problem is told to the model, which may repair it once; what still has one is refused.
"""

from collections.abc import Callable
from typing import Any, cast

from pydantic import create_model, model_validator

from hub.agent_kit.spec import IntentModel
from hub.domain.errors import InvalidOutputError

type Problems[W: IntentModel] = Callable[[W], list[str]]
"""Takes what was written; whole sentences on what is wrong with it, none if nothing is."""


def repairable[W: IntentModel](base: type[W], problems: Problems[W]) -> type[W]:
    """A model like `base` that also refuses what has problems.

    As a request's output it has a model client tell the problems to the model, as it does with
    what is off the schema.
    """

    def check(self: W) -> W:
        if found := problems(self):
            raise ValueError("; ".join(found))
        return self

    # Neither is typed for what is made at run time.
    validator: Any = model_validator(mode="after")(check)
    made: Any = create_model(
        base.__name__, __base__=base, __doc__=base.__doc__, __validators__={"check": validator}
    )
    return cast("type[W]", made)


def refuse[W: IntentModel](written: W, problems: Problems[W]) -> None:
    """InvalidOutputError that names the problems of what was written, if it has any."""
    if found := problems(written):
        raise InvalidOutputError(
            f"what was written for this run is refused: {'; '.join(found)}; run again, or give a "
            "clearer input",
            details={"problems": found},
        )
