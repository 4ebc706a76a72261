"""What a log says, read by the rule (`Kind.values`): the audit does not share the indexer's quick readers."""

from registry.chain.blocks import RawLog
from registry.chain.pages import Unfit
from registry.domain.event_form import CREDIT_REGISTRY, PROJECT_REGISTRY
from registry.domain.registry_file import RegistryFile
from registry.store.kinds import KIND_BY_TOPIC, Kind


def kind_of(log: RawLog, registry: RegistryFile) -> Kind | None:
    """The kind of event in a log; None for what is not folded and not mirrored (approvals, admin schedules)."""
    kind = KIND_BY_TOPIC.get(log.topics[0]) if log.topics else None
    if kind is None:
        return None
    name = CREDIT_REGISTRY if log.address == registry.credit_registry.address else PROJECT_REGISTRY
    if name not in kind.contracts:
        raise Unfit(f"block {log.block_number}: the {name} logged a {kind.name}, which it cannot")
    return kind


def row_of(kind: Kind, log: RawLog) -> dict[str, object]:
    """The row that mirrors a log. Raises Unfit if the log is not exactly an event of that kind."""
    try:
        members = kind.values(log.topics, log.data)
    except ValueError as error:
        raise Unfit(f"block {log.block_number}, log {log.log_index}: {error}") from error
    return {
        "block_number": log.block_number,
        "log_index": log.log_index,
        "tx_hash": log.tx_hash,
        "contract": log.address,
        **members,
    }
