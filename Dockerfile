# syntax=docker/dockerfile:1

# better-sqlite3 and argon2 are compiled where no ready binary fits; the compiler stays in this stage.
FROM node:24-slim AS build
RUN apt-get update \
  && apt-get install -y --no-install-recommends python3 make g++ \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund --loglevel=error
COPY swc.config.cjs tsconfig.json tsconfig.build.json ormconfig.ts ./
COPY src ./src
COPY views ./views
COPY public ./public
COPY scripts/transpile.mjs scripts/bundle.mjs scripts/build-assets.mjs ./scripts/
RUN npm run build && npm prune --omit=dev --no-audit --no-fund

FROM node:24-slim
# As process 1 Node would not reap children nor have the usual signal handling; tini does both.
RUN apt-get update \
  && apt-get install -y --no-install-recommends tini \
  && rm -rf /var/lib/apt/lists/* \
  && printf '#!/bin/sh\nexec node /app/dist/src/cli.js "$@"\n' > /usr/local/bin/oju \
  && chmod 755 /usr/local/bin/oju \
  && install -d -o node -g node -m 700 /data
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY src/vendor/catalogue.csv ./src/vendor/catalogue.csv
COPY views ./views

ENV NODE_ENV=production \
  HOST=0.0.0.0 \
  PORT=3000 \
  DATABASE_URL=sqlite:/data/oju.sqlite
# With SQLite the secret lies here too: keep the volume, and keep it private.
VOLUME /data
EXPOSE 3000
USER node
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health/live`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["tini", "--"]
CMD ["node", "dist/src/main.js"]
