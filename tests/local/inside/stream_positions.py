"""Prints the stream position a mapping goes on from after a restart with kept state."""

import copy
import json

from ministack.core.responses import AccountRegionScopedDict
from ministack.services import lambda_svc

from local.aws.patches import streams


def restored() -> int:
    saved = AccountRegionScopedDict()
    saved["mapping"] = 7
    store = AccountRegionScopedDict()
    lambda_svc._restore_esm_positions(store, copy.deepcopy(saved))
    return int(store["mapping"])


bare = restored()
streams.stream_positions()
print(json.dumps({"bare": bare, "patched": restored()}))
