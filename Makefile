# Thin names for the verbs of bootstrap.py, which does all set-up. `make test ARGS="-k talk"` hands arguments on.
# Windows: `py bootstrap.py demo` and `py bootstrap.py test` do the same.

.PHONY: help setup demo test lint check bench mutants odd figures validation controls cdnow wheel clean

help setup demo test lint check bench mutants odd figures validation controls cdnow wheel clean:
	@for python in python3 python python3.14 python3.13 python3.12 python3.11; do \
		if $$python -c "" 2>/dev/null; then exec $$python bootstrap.py $@ $(ARGS); fi; \
	done; \
	echo "valuescape needs Python 3.11 or newer: none was found on the PATH." >&2; exit 2
