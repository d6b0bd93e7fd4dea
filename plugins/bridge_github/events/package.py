"""`package` and `registry_package`: a version of a package is published."""

from bridge_github.node import Node
from bridge_github.parts import in_repository, person, required
from bridge_github.reading import Reading


def read(payload: Node, action: str | None) -> Reading:
    """GitHub's actions. A container's version is a hash: people know it by its tag."""
    kind = "registry_package" if "registry_package" in payload else "package"
    package = required(payload, kind)
    version = package.at("package_version")
    tag = version.text("tag_name")
    kept = version.text("container_metadata", "tag", "name")
    ecosystem = (package.text("package_type") or package.text("ecosystem") or "").lower() or None
    return Reading(
        action,
        package,
        version.link("html_url")
        or package.link("html_url")
        or payload.link("repository", "html_url"),
        {
            "name": package.text("name"),
            "version": kept or version.text("version") or version.text("name"),
            "ecosystem": ecosystem,
            "install": version.text("installation_command"),
            "description": package.text("description") or version.text("summary"),
            "prerelease": version.flag("prerelease"),
            "author": person(version.at("author")),
            "release": {"name": tag, "url": in_repository(payload, "releases/tag", tag)},
        },
        {
            "package": package.text("name"),
            "ecosystem": ecosystem,
            "tag": tag or kept,
            "prerelease": version.flag("prerelease"),
            "author": version.text("author", "login"),
        },
    )
