"""The application's gauges: where its mirror is, what waits on disk, what the last audit said."""

from registry.store.mirror import Progress
from registry.watch.metrics import Reading
from registry.watch.readiness import Readiness, mirror_gauges, readiness
from verifier_api.services import Services


def readiness_of(services: Services) -> Readiness:
    """Whether this application may be asked."""

    def head(progress: Progress | None) -> int | None:
        found = services.heads.head(progress)
        return found[0] if found else None

    return readiness(services.store, head, services.settings.ready_blocks, services.trouble())


def gauges(services: Services) -> list[Reading]:
    """What is read when somebody asks for the figures."""
    uploads, size = services.staging.waiting()
    read = mirror_gauges(readiness_of(services))
    read.append(("staged_uploads", "Uploads in parts that wait for the rest.", {}, uploads))
    read.append(("staged_bytes", "Bytes of uploads in parts that wait on disk.", {}, size))
    if audit := services.audits.last:
        read.append(("audit_ran_timestamp_seconds", "When the last audit ended.", {}, audit["ranAt"]))
        read.append(("audit_problems", "Problems that the last audit found.", {}, len(audit["problems"])))
        if audit["ok"] is not None:
            read.append(("audit_ok", "1 if the last audit found nothing wrong.", {}, int(audit["ok"])))
    return read
