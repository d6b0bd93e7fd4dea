"""What is wrong with a package, said to whoever has to mend it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong. `where` names the file, or the field by its dotted path in the manifest.

    Not `serious`: Teams takes the package, but somebody may be disappointed.
    """

    where: str
    problem: str
    mend: str
    serious: bool = True
