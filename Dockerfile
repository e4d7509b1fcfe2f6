# One image for every role: `docker run wend api`, `worker`, `sender`, `migrate`, …
FROM node:24-slim AS designer
WORKDIR /build/designer
COPY designer/package.json designer/package-lock.json designer/.npmrc ./
RUN npm ci --silent
COPY designer ./
# The page is made from the journeys' schema, and shows them as examples.
COPY journeys ../journeys
RUN npm run --silent build

FROM python:3.11-slim AS built
WORKDIR /build
COPY requirements.lock requirements-dev.lock ./
RUN python -m venv /opt/wend && /opt/wend/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
# The wheel is built with the locked build tools, in an environment that is left behind.
RUN python -m venv /opt/build && /opt/build/bin/pip install --no-cache-dir --require-hashes -r requirements-dev.lock
COPY pyproject.toml README.md hatch_build.py ./
COPY engine engine
COPY api api
COPY --from=designer /build/api/designer api/designer
RUN /opt/build/bin/pip wheel --no-deps --no-build-isolation --wheel-dir /wheels . && /opt/wend/bin/pip install --no-deps /wheels/*.whl

FROM python:3.11-slim
# Not root: nothing of ours needs it, and a template engine runs inside.
RUN useradd --create-home --uid 1000 wend && install -d -o wend -g wend -m 700 /data
COPY --from=built /opt/wend /opt/wend
WORKDIR /home/wend
USER wend
ENV PATH=/opt/wend/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    WEND_HOME=/data \
    WEND_HOST=0.0.0.0
VOLUME /data
EXPOSE 8080
ENTRYPOINT ["wend"]
CMD ["--help"]
