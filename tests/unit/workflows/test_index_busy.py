"""Several indexers of one process share the interpreter's settings, and the last to go puts them back."""

import gc
import sys
import threading

from registry.workflows.index_busy import busy_threads


def settings() -> tuple[tuple[int, int, int], float]:
    return gc.get_threshold(), sys.getswitchinterval()


def test_the_last_to_go_puts_the_settings_back_in_whatever_order_they_go() -> None:
    usual = settings()
    busy_threads.__enter__()
    busy = settings()
    assert busy[0][0] > usual[0][0]
    assert busy[1] < usual[1]
    busy_threads.__enter__()
    assert settings() == busy
    busy_threads.__exit__()
    assert settings() == busy
    busy_threads.__exit__()
    assert settings() == usual


def test_threads_that_come_and_go_a_thousand_times_leave_nothing_behind() -> None:
    usual = settings()

    def come_and_go() -> None:
        for _ in range(1_000):
            with busy_threads:
                pass

    threads = [threading.Thread(target=come_and_go) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert settings() == usual
