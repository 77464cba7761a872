"""Everything about the package stands in pyproject.toml; this only keeps `bootstrap.py` out of it.

The root of the repository is the package, so setuptools would take every module that lies there.
"""

from setuptools import setup
from setuptools.command.build_py import build_py

OF_THE_PACKAGE = ("__init__", "__main__")


class BuildPy(build_py):
    """Takes only the listed modules of the root."""

    def find_package_modules(self, package, package_dir):
        """The (package, module, file) rows of one package."""
        rows = super().find_package_modules(package, package_dir)
        return [row for row in rows if package != "valuescape" or row[1] in OF_THE_PACKAGE]


setup(cmdclass={"build_py": BuildPy})
