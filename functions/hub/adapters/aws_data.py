"""The data that botocore reads to make a client: less of it, and the same clients.

Imports botocore: load it where a client is made.
"""

from collections.abc import Mapping
from typing import Any

from botocore.loaders import Loader

_PATTERN = "{service}.{region}.{dnsSuffix}"
_FIPS_PATTERN = "{service}-fips.{region}.{dnsSuffix}"

# The one host that follows no pattern: S3's first, which botocore still takes in us-east-1.
_EXCEPTIONS = {
    "aws": {
        "s3": {
            "partitionEndpoint": "aws-global",
            "endpoints": {
                "aws-global": {
                    "hostname": "s3.amazonaws.com",
                    "credentialScope": {"region": "us-east-1"},
                }
            },
        }
    }
}


class DataLoader(Loader):
    """botocore's own files, without the two searches that a cold start would wait for."""

    def list_available_services(self, _type_name: str) -> Any:
        """Every name there could be.

        To learn whether a service exists, botocore looks through 400 folders, which takes 20 ms.
        A name that does not exist fails without that too, when its model is not found.
        """
        return _AnyService()

    def load_data_with_path(self, name: str) -> tuple[Any, str]:
        """The file's data and its path; `endpoints` is made from `partitions`.

        The first is 1.2 MB of JSON, which takes 20 ms, about hosts of services by region. It is
        the older of two tables: since 2022 the rules in each service's own folder decide.
        """
        if name != "endpoints":
            found: tuple[Any, str] = super().load_data_with_path(name)
            return found
        data, path = super().load_data_with_path("partitions")
        return {"partitions": [_partition(each) for each in data["partitions"]]}, path


class _AnyService:
    """A list that has every name."""

    def __contains__(self, name: object) -> bool:
        return True


def _partition(given: Mapping[str, Any]) -> dict[str, Any]:
    """A partition of the newer table (such as aws, aws-cn) in the shape of the older one."""
    outputs = given["outputs"]
    suffix, dual = outputs["dnsSuffix"], outputs["dualStackDnsSuffix"]
    variants = (
        (_FIPS_PATTERN, suffix, ["fips"]),
        (_FIPS_PATTERN, dual, ["dualstack", "fips"]),
        (_PATTERN, dual, ["dualstack"]),
    )
    return {
        "partition": given["id"],
        "dnsSuffix": suffix,
        "regionRegex": given["regionRegex"],
        "regions": given["regions"],
        "services": _EXCEPTIONS.get(given["id"], {}),
        "defaults": {
            "hostname": _PATTERN,
            "protocols": ["https"],
            "signatureVersions": ["v4"],
            "variants": [
                {"hostname": hostname, "dnsSuffix": end, "tags": tags}
                for hostname, end, tags in variants
            ],
        },
    }
