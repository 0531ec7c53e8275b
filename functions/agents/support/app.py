"""The support agent's function: its routes, and its planning of runs."""

from agents.support.plan import AGENT
from hub.agent_kit.app import agent_handler

handler = agent_handler(AGENT)
