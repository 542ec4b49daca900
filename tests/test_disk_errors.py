"""A disk that fails costs one clear error or a warning, and nothing that was there before.

Disks that are full (a limit on the size of files; where it can be had, a real small one),
syncs and renames that fail, during every operation. ``MARSAD_KILLS`` sets how many.
"""

import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

OPERATIONS = ("add", "remove", "index", "compact", "means", "repair", "create")
ROUNDS = max(1, int(os.environ.get("MARSAD_KILLS", "12")) // 12)
SCRIPT = Path(__file__).with_name("faults.py")
OWN_MOUNTS = ["unshare", "--user", "--map-root-user", "--mount"]


def run(cases, folder, *, before=(), options=()):
    """Run cases; return what came of each."""
    (folder / "cases.json").write_text(json.dumps(cases))
    command = [*before, sys.executable, str(SCRIPT), str(folder), str(folder / "cases.json")]
    done = subprocess.run([*command, *options], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr + (folder / "errors").read_text()
    results = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(results) == len(cases)
    return results


def cases_of(make_fault, times):
    choose = random.Random(5)
    return [
        {"operation": operation, "early": choose.random() < 0.3, "fault": make_fault(choose)}
        for _ in range(times * ROUNDS)
        for operation in OPERATIONS
    ]


def assert_nothing_wrong(results):
    wrong = [result for result in results if "wrong" in result]
    for result in wrong:
        print({key: value for key, value in result.items() if key != "wrong"})
        print(result["wrong"])
    assert not wrong
    # The faults were met, and not by all.
    assert any(result.get("told") or result["ended"] == "error" for result in results)
    assert any(result["ended"] == "done" for result in results)


def full_file(choose):
    return {"limit": int(10 ** choose.uniform(2, 5.5))}


def failing_sync(choose):
    return {"call": "fsync", "number": choose.randint(1, 5), "lasting": choose.random() < 0.5}


def failing_rename(choose):
    return {"call": "replace", "number": choose.randint(1, 3), "lasting": choose.random() < 0.5}


def failing_deletion(choose):
    return {"call": "unlink", "number": choose.randint(1, 6), "lasting": choose.random() < 0.5}


def full_disk(choose):
    return {"ballast": int(10 ** choose.uniform(2, 5.5))}


@pytest.mark.parametrize(
    ("fault", "times"),
    [(full_file, 3), (failing_sync, 1), (failing_rename, 1), (failing_deletion, 1)],
)
def test_after_an_error_of_the_disk_the_collection_is_whole_and_the_next_add_goes_on(
    fault, times, tmp_path
):
    assert_nothing_wrong(run(cases_of(fault, times), tmp_path))


def test_after_the_disk_was_really_full_the_collection_is_whole(tmp_path):
    probe = [*OWN_MOUNTS, "mount", "-t", "tmpfs", "tmpfs", str(tmp_path)]
    if subprocess.run(probe, capture_output=True).returncode:
        pytest.skip("no file system can be mounted here")
    cases = cases_of(full_disk, 2)
    assert_nothing_wrong(run(cases, tmp_path, before=OWN_MOUNTS, options=["--full-disk"]))
