"""A real WordPress server from Debian's packages, in a folder of its own, for as long as a test.

    apt-get install php-cli php-mysql php-xml php-gd mariadb-server wordpress

MariaDB listens on a socket in the folder and nowhere else, PHP's own server on 127.0.0.1. WordPress
is a copy of the package's files; it is installed without a browser, by the functions that its
installer calls. Nothing outside the folder is written, and both processes end with the test.

`python -m tests.real.wordpress` keeps one running and prints where it is, until Ctrl-C.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

PACKAGE = Path("/usr/share/wordpress")
PROGRAMS = ("php", "mariadbd", "mariadb-install-db", "mariadb")
WAIT_SECONDS = 60

_CONFIG = """<?php
define('DB_NAME', 'wordpress');
define('DB_USER', 'root');
define('DB_PASSWORD', '');
define('DB_HOST', 'localhost:%(socket)s');
define('DB_CHARSET', 'utf8mb4');
define('DB_COLLATE', '');
define('WP_HOME', '%(url)s');
define('WP_SITEURL', '%(url)s');
// Application passwords work without https in this environment only.
define('WP_ENVIRONMENT_TYPE', 'local');
define('WP_HTTP_BLOCK_EXTERNAL', true);
define('DISABLE_WP_CRON', true);
define('AUTOMATIC_UPDATER_DISABLED', true);
foreach (['AUTH_KEY', 'SECURE_AUTH_KEY', 'LOGGED_IN_KEY', 'NONCE_KEY', 'AUTH_SALT',
          'SECURE_AUTH_SALT', 'LOGGED_IN_SALT', 'NONCE_SALT'] as $name) {
    define($name, 'only for a test, ' . $name);
}
$table_prefix = 'wp_';
if (!defined('ABSPATH')) {
    define('ABSPATH', __DIR__ . '/');
}
require_once ABSPATH . 'wp-settings.php';
"""

_INSTALL = """<?php
define('WP_INSTALLING', true);
require __DIR__ . '/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
wp_install('Real', 'admin', 'admin@example.com', true, '', 'login-password');
update_option('permalink_structure', '/%postname%/');
update_option('timezone_string', 'Asia/Kolkata');
$made = [];
foreach (['admin' => 'administrator', 'writer' => 'author', 'reader' => 'subscriber'] as $n => $r) {
    $user = get_user_by('login', $n);
    $id = $user ? $user->ID : wp_insert_user([
        'user_login' => $n, 'user_pass' => 'x', 'user_email' => "$n@example.com", 'role' => $r,
    ]);
    $new = WP_Application_Passwords::create_new_application_password($id, ['name' => 'test']);
    $made[$n] = $new[0];
}
flush_rewrite_rules();
echo json_encode($made);
"""


@dataclass(frozen=True)
class RealWordpress:
    """Where the server is, and the application passwords of its users by login name."""

    url: str
    folder: Path
    passwords: dict[str, str]

    def run_due(self) -> None:
        """Publish the scheduled posts whose time has come, as a visit of the site does."""
        run(["php", "wp-cron.php"], cwd=self.folder / "site")


def missing() -> str | None:
    """Why there can be no server here; None if there can."""
    lacking = [program for program in PROGRAMS if not shutil.which(program)]
    if not (PACKAGE / "wp-settings.php").exists():
        lacking.append("wordpress")
    if not lacking:
        return None
    return (
        f"{', '.join(lacking)} missing: apt-get install php-cli php-mysql mariadb-server wordpress"
    )


@contextmanager
def wordpress() -> Iterator[RealWordpress]:
    """A server with an empty site and three users; it is gone afterwards."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="real-wordpress-")))
        database = stack.enter_context(_database(folder))
        port = _free_port()
        url = f"http://127.0.0.1:{port}"
        site = folder / "site"
        shutil.copytree(
            PACKAGE, site, symlinks=True, ignore=shutil.ignore_patterns("wp-config.php")
        )
        (site / "wp-config.php").write_text(_CONFIG % {"socket": database, "url": url})
        (site / "install.php").write_text(_INSTALL)
        passwords = json.loads(run(["php", "install.php"], cwd=site).splitlines()[-1])
        stack.enter_context(_served(site, port))
        yield RealWordpress(url, folder, passwords)


def run(command: list[str], cwd: Path | None = None) -> str:
    """The output of a program that must end well."""
    done = subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, f"{command}: {done.stdout[-2000:]} {done.stderr[-2000:]}"
    return done.stdout


@contextmanager
def _process(command: list[str], log: Path, **more: str) -> Iterator[subprocess.Popen[bytes]]:
    """A program that runs until the end of the block, whatever happens in it."""
    with log.open("wb") as out:
        process = subprocess.Popen(
            command,
            stdout=out,
            stderr=subprocess.STDOUT,
            env={**os.environ, **more},
            # A group of its own, so that PHP's workers end with it.
            start_new_session=True,
        )
        try:
            yield process
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(WAIT_SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


@contextmanager
def _database(folder: Path) -> Iterator[Path]:
    """MariaDB with an empty database, at a socket in the folder."""
    data, path = folder / "db", folder / "db.sock"
    own = ["--no-defaults", f"--datadir={data}", *(["--user=root"] if os.getuid() == 0 else [])]
    as_root = ["--auth-root-authentication-method=normal", "--skip-test-db"]
    run(["mariadb-install-db", *own, *as_root])
    server = ["mariadbd", *own, f"--socket={path}", "--skip-networking", "--log-warnings=1"]
    small = ["--innodb-buffer-pool-size=32M", "--innodb-flush-log-at-trx-commit=0"]
    with _process([*server, *small], folder / "db.log") as process:
        client = ["mariadb", "--no-defaults", f"--socket={path}", "--user=root", "--execute"]
        _until(process, folder / "db.log", lambda: _answers([*client, "select 1"]))
        run([*client, "create database wordpress character set utf8mb4"])
        yield path


@contextmanager
def _served(site: Path, port: int) -> Iterator[None]:
    """PHP's own server over the site."""
    limits = ["-d", "upload_max_filesize=64M", "-d", "post_max_size=64M"]
    command = ["php", *limits, "-S", f"127.0.0.1:{port}", "-t", str(site)]
    log = site.parent / "php.log"
    # Several workers: a site calls itself now and then.
    with _process(command, log, PHP_CLI_SERVER_WORKERS="3") as process:
        _until(process, log, lambda: _is_up(f"http://127.0.0.1:{port}/wp-json/"))
        yield


def _answers(command: list[str]) -> bool:
    return subprocess.run(command, capture_output=True, check=False, timeout=10).returncode == 0


def _is_up(url: str) -> bool:
    try:
        return httpx.get(url, timeout=10, trust_env=False).status_code == httpx.codes.OK
    except httpx.TransportError:
        return False


def _until(process: subprocess.Popen[bytes], log: Path, ready: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while not ready():
        ended = process.poll() is not None
        assert not ended and time.monotonic() < deadline, log.read_text()[-2000:]
        time.sleep(0.2)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    signal.signal(signal.SIGINT, lambda *_: sys.exit(0))
    with wordpress() as real:
        print(json.dumps({"url": real.url, **real.passwords}, indent=2), flush=True)
        signal.pause()
