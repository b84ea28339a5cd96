# A machine on which `make test` runs: Debian, with what the tests take for granted. The devcontainer is made from it, too.
# Start it with --privileged, for a run makes namespaces of its own. On another system, `make test` says the whole command.
FROM debian:trixie
RUN apt-get update \
    && apt-get install --no-install-recommends --yes ca-certificates chromium curl git make python3 python3-venv systemd \
    && rm -rf /var/lib/apt/lists/*
# Unpacked servers outlive the container in a volume. The packages are installed into the checkout, but not into its
# .venv, which may be another system's.
ENV XDG_CACHE_HOME=/cache VENV=.cache/venv LANG=C.UTF-8
VOLUME /cache
# The checkout may belong to another user.
RUN git config --system --add safe.directory '*'
CMD ["make", "test"]
