# The production image: the locked packages, the code, an ordinary user. The trial's servers are not in it.
FROM python:3.12-slim AS packages
WORKDIR /app
COPY locks/uv.txt locks/production.txt locks/
RUN python -m venv /opt/venv \
    && /opt/venv/bin/python -m pip install --no-cache-dir --require-hashes -r locks/uv.txt \
    && /opt/venv/bin/uv pip install --python /opt/venv/bin/python --no-cache --compile-bytecode \
       --require-hashes -r locks/production.txt \
    && /opt/venv/bin/uv pip uninstall --python /opt/venv/bin/python uv

FROM python:3.12-slim AS code
RUN useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin tracker \
    && install -d -o tracker -g tracker /data /witness /metrics && install -d -o tracker -g tracker -m 700 /data/evidence
WORKDIR /app
COPY --from=packages /opt/venv /opt/venv
COPY manage.py ./
COPY normalization_tracker normalization_tracker
COPY parties parties
COPY agreement agreement
COPY obligations obligations
COPY templates templates
COPY static static
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 DATA_DIR=/data
USER 10001
# The addresses are the image's own: collecting files opens no connection.
RUN SECRET_KEY=build DATABASE_URL=postgresql://none/none REDIS_URL=redis://none \
    python manage.py collectstatic --no-input

# With PostgreSQL's own programs of the server's version, from the PostgreSQL project's packages: for `manage.py backup`.
FROM code AS backup
USER 0
# The server's version is what has to match, and is in the package's name.
# hadolint ignore=DL3008
RUN apt-get update && apt-get install --yes --no-install-recommends postgresql-common \
    && /usr/share/postgresql-common/pgdg/apt.postgresql.org.sh -y \
    && apt-get install --yes --no-install-recommends postgresql-client-18 \
    && rm -rf /var/lib/apt/lists/*
USER 10001

FROM code
EXPOSE 8000
# The settings are looked at first: with wrong ones granian itself would end with 0.
CMD ["python", "-m", "normalization_tracker.running.checked", \
     "granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--no-ws", \
     "--workers", "2", "--blocking-threads", "4", "--workers-kill-timeout", "30", \
     "--respawn-failed-workers", \
     "normalization_tracker.wsgi:application"]
