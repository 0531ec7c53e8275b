"""The statuses and data that routes answer.

Tests hold real answers of the functions against these. A route that is not here answers an object
of which nothing more is said.
"""

from collections.abc import Mapping
from typing import Any

from hub.domain.budget import Allocation
from tools.openapi import answers_catalog as catalog
from tools.openapi import answers_resources as resources
from tools.openapi import answers_runs as runs
from tools.openapi import answers_schedules as schedules

type Answers = Mapping[int, Any]
"""The model of the data by status."""

UNSAID: Answers = {200: dict[str, Any]}

STARTED: Answers = {202: runs.StartedRun}
"""Of an agent's start."""

ACTED: Answers = {200: catalog.ActionResult, 202: catalog.InProgress}
"""Of a connector's action."""

ANSWERS: Mapping[str, Answers] = {
    "GET /api/health": {200: catalog.Health},
    "GET /api/agents": {200: catalog.Agents},
    "GET /api/agents/{agentId}": {200: catalog.Agent},
    "GET /api/connectors": {200: catalog.Connectors},
    "GET /api/connectors/{kind}": {200: catalog.Connector},
    "POST /api/agents/{agentId}/runs": STARTED,
    "POST /api/orchestrate": STARTED,
    "GET /api/runs": {200: runs.RunPage},
    "GET /api/runs/{runId}": {200: runs.Run},
    "GET /api/runs/{runId}/events": {200: runs.Events},
    "POST /api/runs/{runId}/approve": {200: runs.Run},
    "POST /api/runs/{runId}/reject": {200: runs.Run},
    "POST /api/runs/{runId}/cancel": {200: runs.CancelledRun},
    "POST /api/runs/{runId}/replay": {202: runs.ReplayedRun},
    "POST /api/agents/{agentId}/schedule": {200: schedules.Schedule},
    "GET /api/agents/{agentId}/schedule": {200: schedules.ShownSchedule},
    "DELETE /api/agents/{agentId}/schedule": {200: schedules.Message},
    "POST /api/agents/{agentId}/schedule/pause": {200: schedules.Schedule},
    "POST /api/agents/{agentId}/schedule/resume": {200: schedules.Schedule},
    "POST /api/agents/{agentId}/schedule/preview": {200: schedules.Preview},
    "POST /api/agents/{agentId}/schedule/backfill": {200: schedules.Backfill},
    "GET /api/agents/{agentId}/sessions": {200: schedules.Sessions},
    "GET /api/agents/scheduler/status": {200: schedules.SchedulerStatus},
    "POST /api/budgets/allocate": {200: Allocation},
    "POST /api/budgets/simulate": {200: resources.Simulation},
    "POST /api/uploads": {201: resources.CreatedUpload},
    "POST /api/connections": {201: resources.Connection},
    "GET /api/connections": {200: resources.Connections},
    "GET /api/connections/{connectionId}": {200: resources.Connection},
    "DELETE /api/connections/{connectionId}": {200: resources.Deleted},
    "POST /api/connections/{connectionId}/test": {200: resources.ConnectionTest},
    "POST /api/oauth/{kind}/start": {201: resources.StartedOAuth},
    "POST /api/connections/{connectionId}/oauth/start": {201: resources.StartedOAuth},
    "POST /api/keys": {201: resources.CreatedKey},
    "GET /api/keys": {200: resources.Keys},
    "DELETE /api/keys/{keyId}": {200: resources.RevokedKey},
    "POST /api/knowledge/documents": {
        200: resources.AddedDocument,
        201: resources.AddedDocument,
    },
    "GET /api/knowledge/documents": {200: resources.Documents},
    "GET /api/knowledge/documents/{documentId}": {200: resources.ShownDocument},
    "DELETE /api/knowledge/documents/{documentId}": {200: resources.Deleted},
    "POST /api/knowledge/search": {200: resources.Passages},
}
