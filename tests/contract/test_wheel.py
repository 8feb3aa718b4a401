"""What is shipped: the wheel holds all that is needed and nothing else, and runs by itself."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import sysconfig
import time
import tomllib
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PATIENCE = 60  # seconds, for a slow machine; a fast one is not held up

# One worker builds the wheel, for all tests here.
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("wheel")]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the working tree."""
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=ROOT)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty environment with the wheel in it; the folder of its programs.

    Dependencies come from the running environment by a .pth line, since the tests may be offline.
    Python does not read .pth files of a folder named in that way, so that the editable install of
    the repository stays out: our own code can come from the wheel only.
    """
    environment = tmp_path_factory.mktemp("installed")
    run(sys.executable, "-m", "venv", "--without-pip", environment)
    python = environment / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", python, "install", "-q"]
    run(*pip, "--no-deps", "--no-index", "--no-compile", wheel)
    own = run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip()
    Path(own, "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return environment / "bin"


def run(*command: str | Path, cwd: Path | None = None, env: dict[str, str] | None = None) -> str:
    """Run to a good end and give what was printed; otherwise fail with all that was said."""
    done = subprocess.run(
        command, cwd=cwd, env=env, capture_output=True, text=True, timeout=PATIENCE
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def test_wheel_holds_our_packages_only(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names} == {"lms", "plugins", "titian-0.1.0.dist-info"}


def test_wheel_holds_what_is_read_at_run_time(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert "lms/_bundled/migrations/env.py" in names
    assert any(name.startswith("lms/_bundled/content/") for name in names)
    assert "lms/py.typed" in names
    assert names_of({".html", ".css", ".js", ".po"}) <= set(names)


def names_of(suffixes: set[str]) -> set[str]:
    """Files of our packages with these endings, named as in the wheel."""
    paths = [path for package in ("lms", "plugins") for path in (ROOT / package).rglob("*")]
    return {path.relative_to(ROOT).as_posix() for path in paths if path.suffix in suffixes}


def test_code_comes_from_the_wheel_only(installed: Path, tmp_path: Path) -> None:
    code = "import lms, plugins, sys; print(lms.__file__, plugins.__file__, *sys.path, sep='\\n')"
    lines = run(installed / "python", "-c", code, cwd=tmp_path, env=environment(tmp_path)).split()
    assert all(line.startswith(str(installed.parent)) for line in lines[:2])
    assert str(ROOT) not in lines[2:]


def test_wheel_serves_an_agency_when_installed(installed: Path, tmp_path: Path) -> None:
    env = environment(tmp_path)
    run(installed / "lms", "agency", "add", "contoh", "--name", "Contoh", cwd=tmp_path, env=env)
    with serving(installed / "lms", cwd=tmp_path, env=env) as address:
        with urllib.request.urlopen(f"{address}/", timeout=PATIENCE) as answer:
            page = answer.read().decode()
        assert answer.status == 200
        assert re.search(r"""<input[^>]+type=["']?password""", page)


@contextmanager
def serving(program: Path, *, cwd: Path, env: dict[str, str]) -> Iterator[str]:
    """`lms serve` in its own process until the block ends; gives its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = cwd / "serve.log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            [program, "serve"],
            cwd=cwd,
            env={**env, "LMS_PORT": str(port)},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_until_healthy(server, f"http://127.0.0.1:{port}/healthz", log)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        try:
            server.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
            raise


def wait_until_healthy(server: subprocess.Popen[bytes], address: str, log: Path) -> None:
    """Return when the address answers 200; fail with the log when it does not in time."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"{address} never answered 200\n{log.read_text()}", pytrace=False)


def environment(folder: Path) -> dict[str, str]:
    """A small environment: nothing that leads back to the repository."""
    return {
        "PATH": os.defpath,
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "LMS_HOME": str(folder / "instance"),
        "LMS_HOST": "127.0.0.1",
    }


# --- The locks ----------------------------------------------------------------------------------


def pins(name: str) -> dict[str, str]:
    """Package names and versions of a lock."""
    text = (ROOT / name).read_text()
    return dict(re.findall(r"^([a-z0-9._-]+)(?:\[[^]]*\])?==(\S+)", text, re.MULTILINE))


def test_locks_agree_when_one_environment_serves_both() -> None:
    runtime, development = pins("requirements.lock"), pins("requirements-dev.lock")
    assert runtime.items() <= development.items()


def test_locks_hold_every_declared_dependency() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())
    runtime = declared["project"]["dependencies"] + declared["dependency-groups"]["build"]
    for lock, wanted in (
        ("requirements.lock", runtime),
        ("requirements-dev.lock", declared["dependency-groups"]["dev"]),
    ):
        names = {re.split(r"[\[<>=~! ;]", line)[0].lower() for line in wanted}
        assert names <= set(pins(lock)), lock
