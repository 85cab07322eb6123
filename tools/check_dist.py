"""Check the packages in a folder, as a registry would: run as `python -m tools.check_dist dist`."""

from __future__ import annotations

import sys
import tarfile
import zipfile
from pathlib import Path

from packaging.metadata import Metadata


def read_metadata(path: Path) -> bytes:
    """Read the core metadata of a wheel or an sdist."""
    if path.suffix == ".whl":
        with zipfile.ZipFile(path) as wheel:
            (name,) = (name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
            return wheel.read(name)
    with tarfile.open(path) as sdist:
        name = f"{path.name.removesuffix('.tar.gz')}/PKG-INFO"
        stream = sdist.extractfile(name)
        if stream is None:
            raise ValueError(f"{path}: {name} is not a file")
        return stream.read()


def check_package(path: Path) -> str:
    """Check the metadata of a package, and return its name and version.

    Raises:
        ExceptionGroup: Fields are missing, unknown or not valid (core metadata specification).
        ValueError: A package has no long description, or no sdist.
    """
    metadata = Metadata.from_email(read_metadata(path), validate=True)
    if not metadata.description or metadata.description_content_type is None:
        raise ValueError(f"{path}: has no long description")
    return f"{metadata.name} {metadata.version}"


if __name__ == "__main__":
    packages = sorted(path for path in Path(sys.argv[1]).iterdir())
    suffixes = sorted(path.suffix for path in packages)
    if suffixes != [".gz", ".whl"]:
        sys.exit(f"{sys.argv[1]} holds {suffixes}; expected one sdist and one wheel")
    for package in packages:
        print(f"{package.name}: {check_package(package)}")
