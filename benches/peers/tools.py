"""The programs that are measured: built, installed, or left out with the reason."""

import json
import os
import re
import shutil
import subprocess
import sys
import venv
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# What is asked of PyPI, each by itself so that one that is missing harms no other.
PACKAGES = ["python-sat", "clingo", "ortools", "pyscipopt", "igraph"]

# The release profile, as flags of the compiler.
RELEASE = ["opt-level=3", "lto=fat", "codegen-units=1", "panic=abort", "strip=symbols"]
STATIC = ["target-feature=+crt-static", "relocation-model=static"]


def said(text):
    """Tells how far the run is."""
    print(text, file=sys.stderr, flush=True)


class Tools:
    """Where each program is, and the version of each peer; `None` where it is not installed."""

    def __init__(self, given):
        self.given = given
        self.cache = given.cache.resolve()
        self.python = self.cache / "venv" / "bin" / "python"
        self.versions = {}
        self.program = given.program
        self.bench = given.bench
        self.static_program = given.static_program
        self.hello = self.static_hello = None

    def prepare(self):
        """Installs the peers and builds the programs."""
        if not self.python.exists():
            said("making a virtual environment")
            venv.create(self.cache / "venv", with_pip=True)
        for package in PACKAGES:
            self.versions[package] = self.installed(package)
        self.find_clingo()
        self.program = self.program or self.built("--bin", "dynamo-plan")
        self.bench = self.bench or self.built("--bench", "peers")
        for name in ("program", "bench"):
            setattr(self, name, Path(getattr(self, name)).resolve())
        if "startup" in self.given.only:
            self.prepare_startup()

    def installed(self, package):
        """The version of a package, which is installed if need be."""
        version = self.version(package)
        if version is None and not self.given.no_install:
            said(f"installing {package}")
            command = [self.python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", package]
            if subprocess.run(command, check=False).returncode != 0:
                said(f"{package} is not installed")
            version = self.version(package)
        return version

    def version(self, package):
        """The version of an installed package."""
        folders = [str(folder) for folder in (self.cache / "venv").glob("lib/python*/site-packages")]
        found = metadata.distributions(name=package, path=folders)
        return next((distribution.version for distribution in found), None)

    def find_clingo(self):
        """Takes Debian's gringo where PyPI has no clingo: unpacked into the cache, not installed."""
        if self.versions["clingo"]:
            return
        if not shutil.which("clingo"):
            self.unpack_gringo()
        if shutil.which("clingo"):
            told = subprocess.run(["clingo", "--version"], capture_output=True, text=True, check=False)
            version = re.search(r"clingo version (\S+)", told.stdout)
            self.versions["clingo"] = f"{version[1]} (a program)" if version else None

    def unpack_gringo(self):
        """Unpacks Debian's package with the libraries of its scripts, and puts its clingo on the path."""
        folder = self.cache / "gringo"
        if not folder.exists() and shutil.which("apt-get") and not self.given.no_install:
            said("unpacking Debian's gringo")
            folder.mkdir()
            told = subprocess.run(["apt-cache", "depends", "gringo"], capture_output=True, text=True, check=False)
            needed = re.findall(r"Depends: (lib(?:lua|python)\S+)", told.stdout)
            command = ["apt-get", "download", "gringo", *needed]
            subprocess.run(command, cwd=folder, check=False, capture_output=True)
            for package in folder.glob("*.deb"):
                subprocess.run(["dpkg", "-x", package, folder], check=False)
        if (folder / "usr" / "bin" / "clingo").exists():
            libraries = [folder / "usr" / "lib", *folder.glob("usr/lib/*-linux-gnu")]
            starter = folder / "clingo"
            starter.write_text(
                f'#!/bin/sh\nLD_LIBRARY_PATH="{os.pathsep.join(map(str, libraries))}" '
                f'exec "{folder}/usr/bin/clingo" "$@"\n',
                encoding="utf-8",
            )
            starter.chmod(0o755)
            os.environ["PATH"] = f"{folder}{os.pathsep}{os.environ['PATH']}"

    def built(self, kind, name, environment=(), *more):
        """The path of a program of the release profile."""
        said(f"building {name} {' '.join(more)}")
        command = ["cargo", "build", "--locked", "--release", kind, name, "--message-format=json", *more]
        done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True,
                              env={**os.environ, **dict(environment)})
        messages = (json.loads(line) for line in done.stdout.splitlines())
        found = [message["executable"] for message in messages
                 if message.get("executable") and message["target"]["name"] == name]
        return Path(found[-1])

    def prepare_startup(self):
        """Builds what starting the program is compared with, and the program without shared libraries."""
        self.hello = self.hello_world("hello", RELEASE)
        self.static_hello = self.hello_world("hello-static", RELEASE + STATIC)
        if self.static_program or self.given.no_static or self.given.program:
            return
        told = subprocess.run(["rustc", "-vV"], capture_output=True, text=True, check=True).stdout
        host = re.search(r"host: (\S+)", told)[1]
        flags = {"RUSTFLAGS": " ".join(f"-C {flag}" for flag in STATIC)}
        try:
            self.static_program = self.built("--bin", "dynamo-plan", flags.items(), "--target", host,
                                             "--target-dir", str(self.cache / "static"))
        except subprocess.CalledProcessError:
            said("the static program does not build")

    def hello_world(self, name, flags):
        """A program that only greets, built with these flags; `None` where it does not build."""
        source, program = self.cache / "hello.rs", self.cache / name
        source.write_text('fn main() { println!("Hello, world!"); }\n', encoding="utf-8")
        codegen = [part for flag in flags for part in ("-C", flag)]
        done = subprocess.run(["rustc", *codegen, source, "-o", program], check=False)
        return program if done.returncode == 0 else None
