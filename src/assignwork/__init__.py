"""assignwork decides who in a support team gets which work, now and next."""

from assignwork.model import Agent, Team, WorkItem, Workspace
