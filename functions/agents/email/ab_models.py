"""What `ab-test` takes and gives."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from agents.email.models import LINE, Line
from agents.email.rates import MAX_COUNT
from hub.agent_kit.deliveries import WithDeliveries
from hub.agent_kit.spec import IntentModel

Verdict = Literal["winner", "keep_running", "no_difference"]
Name = Annotated[str, Field(min_length=1, max_length=60, pattern=LINE)]
Count = Annotated[int, Field(ge=0, le=MAX_COUNT)]


class Variant(IntentModel):
    """One variant. Its counts are for evaluating; `content`, say the subject, is only carried."""

    name: Name
    content: Annotated[Line, Field(max_length=300)] | None = None
    recipients: Count | None = Field(default=None, description="Who got it.")
    successes: Count | None = Field(default=None, description="Who opened, clicked or converted.")

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if (self.recipients or 0) < (self.successes or 0):
            raise ValueError(
                f"{self.name} has {self.successes} successes of {self.recipients or 0} recipients; "
                "count each recipient once"
            )
        return self


class AbTestInput(WithDeliveries):
    """Input of `ab-test`: `plan` a test before it starts, or `evaluate` its counts."""

    mode: Literal["plan", "evaluate"]
    test_id: Name = Field(description="Names the test. The assignment of recipients hangs on it.")
    metric: Literal["open", "click", "conversion"] = "open"
    variants: tuple[Variant, ...] = Field(
        min_length=2, max_length=5, description="The first is what the others are held against."
    )
    significance: float = Field(
        default=0.05, ge=0.001, le=0.2, description="Chance of a false winner that is accepted."
    )
    power: float = Field(
        default=0.8, ge=0.5, le=0.99, description="Chance to find the minimum effect if it is so."
    )
    baseline_rate: float | None = Field(
        default=None, gt=0, lt=1, description="Rate of the first variant as known; plan needs it."
    )
    minimum_effect: float = Field(
        default=0.02, ge=0.001, lt=1, description="Smallest difference of rates worth finding: "
        "0.02 is 20 % against 22 %."
    )  # fmt: skip
    sample_size: int | None = Field(
        default=None,
        ge=1,
        le=MAX_COUNT,
        description="Recipients of each variant. plan: tells what they can show; evaluate: the "
        "number decided on before, below which there is no verdict. Default: computed.",
    )
    recipients: tuple[Annotated[str, Field(min_length=1, max_length=200)], ...] = Field(
        default=(), max_length=1000, description="plan: ids or addresses to assign."
    )

    @model_validator(mode="after")
    def _complete(self) -> Self:
        names = [variant.name.casefold() for variant in self.variants]
        if len(set(names)) < len(names):
            raise ValueError("two variants have the same name; give each its own")
        if self.mode == "plan" and self.baseline_rate is None:
            raise ValueError("plan needs baselineRate, the rate you have now: 0.2 is 20 %")
        if (self.baseline_rate or 0) + self.minimum_effect > 1:
            raise ValueError("baselineRate and minimumEffect together are more than 1")
        if self.mode == "evaluate":
            self._check_counts()
        return self

    def _check_counts(self) -> None:
        for index, variant in enumerate(self.variants):
            if variant.recipients is None or variant.successes is None:
                raise ValueError(f"evaluate needs variants.{index}.recipients and .successes")
        if self.recipients:
            raise ValueError("recipients are assigned in plan; leave them out of evaluate")


class Assignment(IntentModel):
    """Which variant a recipient gets."""

    recipient: str
    variant: str


class AbPlan(IntentModel):
    """A planned test. Numbers are for each variant unless said otherwise."""

    baseline_rate: float
    minimum_effect: float
    significance: float
    power: float
    comparisons: int = Field(description="Pairs of variants that are compared.")
    significance_per_comparison: float = Field(description="Holm's first step.")
    required_sample_size: int
    required_in_all: int
    enough: bool | None = Field(default=None, description="Whether sampleSize is that many.")
    detectable_effect: float | None = Field(
        default=None, description="Smallest rise that sampleSize can show, if any."
    )
    formula: str
    algorithm: str = Field(description="How recipients are assigned, to be repeated elsewhere.")
    counts: dict[str, int] = Field(description="How many recipients each variant got.")
    assignments: tuple[Assignment, ...]


class VariantResult(IntentModel):
    """A variant's rate with its Wilson interval."""

    name: str
    recipients: int
    successes: int
    rate: float | None
    low: float
    high: float


class Comparison(IntentModel):
    """Two variants compared: `difference` is `other` less `one`, with Newcombe's interval."""

    one: str
    other: str
    difference: float
    low: float
    high: float
    relative: float | None = Field(default=None, description="The difference over one's rate.")
    p_value: float
    adjusted_p_value: float = Field(description="After Holm's correction for all comparisons.")
    significant: bool


class AbEvaluation(IntentModel):
    """An evaluated test."""

    test: str
    significance: float
    minimum_sample_size: int
    smallest_sample: int
    results: tuple[VariantResult, ...]
    comparisons: tuple[Comparison, ...]


class AbTestOutput(IntentModel):
    """Output of `ab-test`: `plan` or `evaluation`, and in words what it means."""

    engine: str
    mode: Literal["plan", "evaluate"]
    test_id: str
    metric: str
    verdict: Verdict | None = None
    winner: str | None = None
    reason: str
    plan: AbPlan | None = None
    evaluation: AbEvaluation | None = None
