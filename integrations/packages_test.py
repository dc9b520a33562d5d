"""What `./dev package` makes: the archive in a root that holds nothing but glibc, the Debian package in one that holds
what it depends on."""

import os
import pathlib
import re
import shutil
import subprocess
import tarfile
import tempfile
import unittest

TOP = pathlib.Path(__file__).resolve().parent.parent
PACKAGES = TOP / "build/packages"
# RFC 6455 in three cases: a program that starts, opens sockets and reports.
SOME_CASES = ["run", "loop:", "--case", "1.1.2", "--case", "6.4.1", "--case", "12.1.1", "--color", "never"]


def output(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def libraries(program):
    """The files that the loader takes for it."""
    return [pathlib.Path(path) for path in re.findall(r"(/\S+) \(0x", output("ldd", str(program)))]


class Root(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="wsspec-root-")
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        (self.root / "tmp").mkdir()

    def bring(self, files):
        for file in files:
            place = self.root / file.relative_to("/")
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, place)

    def run_inside(self, *command):
        chroot = ["chroot", str(self.root), *command]
        if os.geteuid() != 0:
            chroot = ["unshare", "--map-root-user", *chroot]
        return subprocess.run(chroot, capture_output=True, text=True, timeout=100, env={"HOME": "/", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"})

    def assert_works(self, program):
        ran = self.run_inside(program, *SOME_CASES)
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
        self.assertIn("No case that ran breaks a MUST", ran.stdout)
        told = self.run_inside(program, "--version").stdout
        self.assertRegex(told, r"^wsspec \d+\.\d+\.\d+ \([0-9a-f]{12}(-dirty)?\)\n$")


class Archive(Root):
    def test_it_needs_nothing_but_glibc(self):
        (archive,) = PACKAGES.glob("wsspec-*-linux-*.tar.gz")
        name = archive.name.removesuffix(".tar.gz")
        with tarfile.open(archive) as opened:
            opened.extractall(self.root, filter="tar") if hasattr(tarfile, "tar_filter") else opened.extractall(self.root)
        program = self.root / name / "bin/wsspec"
        self.assertLess(program.stat().st_size, 12 << 20)
        needed = libraries(program)
        for library in needed:
            self.assertRegex(library.name, r"^(ld-linux|libc|libm)\b", "no part of glibc")
        self.bring(needed)
        self.assert_works(f"/{name}/bin/wsspec")
        self.assertIn("fuzzingclient", self.run_inside(f"/{name}/bin/wstest", "--help").stdout)


class Debian(Root):
    def test_it_runs_with_what_it_depends_on(self):
        (package,) = PACKAGES.glob("wsspec_*.deb")
        depends = output("dpkg-deb", "-f", str(package), "Depends")
        names = set(re.findall(r"[a-z][a-z0-9+.-]+(?= \(|,|$)", depends))
        self.assertIn("libssl3", names)
        output("dpkg-deb", "-x", str(package), str(self.root))
        needed = libraries(self.root / "usr/bin/wsspec")
        for library in needed:
            # Of two names for one file, dpkg may know the other.
            owner = subprocess.run(
                ["dpkg-query", "-S", str(library), str(library.resolve()), str(library).removeprefix("/usr"), f"/usr{library}"],
                capture_output=True, text=True,
            ).stdout.split(":")[0]
            self.assertIn(owner, names, library)
        self.bring(needed)
        self.assert_works("/usr/bin/wsspec")

    def test_what_debian_asks_of_a_package(self):
        for package, wanted in {
            "wsspec": ["usr/bin/wstest", "usr/share/man/man1/wsspec.1.gz", "usr/share/doc/wsspec/copyright"],
            "libwsspec-dev": ["usr/include/wsspec_parser.h", "usr/share/doc/libwsspec-dev/changelog.gz"],
        }.items():
            (file,) = PACKAGES.glob(f"{package}_*.deb")
            listed = output("dpkg-deb", "-c", str(file))
            for path in wanted:
                self.assertIn(f"./{path}", listed)
            self.assertNotRegex(listed, r"(?m)^.......w", "files that a group or all may write")
            description = output("dpkg-deb", "-f", str(file), "Description")
            self.assertLess(len(description.splitlines()[0]), 80)
            self.assertGreater(len(description.splitlines()), 3)


if __name__ == "__main__":
    unittest.main()
