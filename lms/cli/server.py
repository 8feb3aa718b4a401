"""Commands that stay: the web server and the worker."""

from __future__ import annotations

from dataclasses import replace

import click

from lms.cli.options import chosen_home


@click.command()
@click.option("--host", help="Address to listen on (LMS_HOST, lms.toml; default 127.0.0.1).")
@click.option("--port", type=click.IntRange(1, 65535), help="Port (LMS_PORT; default 8000).")
@click.option("--workers", type=click.IntRange(1, 64), default=1, help="Web processes (default 1).")
@click.option("--safe-mode", is_flag=True, help="Leave out all but the built-in plugins.")
@click.option("--no-worker", is_flag=True, help="Do not start the worker (then run `lms work`).")
def serve(
    host: str | None, port: int | None, workers: int, safe_mode: bool, no_worker: bool
) -> None:
    """Serve all agencies of the home, and do the background work."""
    from lms.config import load_host
    from lms.serving import serve as run

    home = chosen_home()
    config = load_host(home)
    config = replace(config, host=host or config.host, port=port or config.port)
    run(home, config, workers=workers, safe_mode=safe_mode, with_worker=not no_worker)


@click.command()
@click.option("--once", is_flag=True, help="Do what is due now, then end.")
@click.option("--safe-mode", is_flag=True, help="Leave out all but the built-in plugins.")
@click.option("--parent", type=int, hidden=True, help="End when this process is gone.")
def work(once: bool, safe_mode: bool, parent: int | None) -> None:
    """Deliver events and run jobs of all agencies until told to stop."""
    from lms.worker import run_worker

    run_worker(chosen_home(), once=once, safe_mode=safe_mode, parent=parent)
