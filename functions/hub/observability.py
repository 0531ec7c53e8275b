"""JSON logs and EMF metrics, with run, organization and request id, and never a secret."""

import re
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter

# Shapes of credentials: bearer and basic headers, Slack, Stripe, Google, Meta, our own keys.
_SECRETS = re.compile(
    r"(?i)(bearer\s+|basic\s+)[\w.~+/=-]{8,}"
    r"|\bxox[abeprs]-[\w-]{8,}"
    r"|\b[sr]k_(?:live|test)_\w{8,}"
    r"|\bwhsec_\w{8,}"
    r"|\bya29\.[\w-]{8,}"
    r"|\bEAA[A-Za-z0-9]{20,}"
    r"|\bnh_[a-z0-9]{6,}_[\w-]{16,}"
    r"|\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}"
)
MASK = "[redacted]"


def mask(text: str) -> str:
    """Replace everything shaped like a credential."""
    return _SECRETS.sub(lambda match: (match.group(1) or "") + MASK, text)


class _MaskingFormatter(LambdaPowertoolsFormatter):
    """Powertools' JSON formatter; credentials are masked in the finished line."""

    def serialize(self, log: Any) -> str:
        return mask(super().serialize(log))


logger = Logger(service="neonhub", logger_formatter=_MaskingFormatter(), use_rfc3339=True)


def count(name: str, value: float = 1, unit: str = "Count", **dimensions: str) -> None:
    """Emit one CloudWatch metric in the embedded metric format, in namespace NeonHub."""
    from aws_lambda_powertools.metrics import MetricUnit, single_metric

    with single_metric(name, MetricUnit(unit), value, namespace="NeonHub") as metric:
        for key, text in dimensions.items():
            metric.add_dimension(key, text)
