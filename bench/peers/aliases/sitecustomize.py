"""For prom2teams alone: names that Python 3.10 removed and the newest flask-restplus still asks for."""

import collections
import collections.abc

collections.MutableMapping = collections.abc.MutableMapping  # type: ignore[attr-defined]  # it is what is missing
collections.Hashable = collections.abc.Hashable  # type: ignore[attr-defined]  # what this file is for
