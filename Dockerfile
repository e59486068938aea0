# One image for both roles: built with the compiler, run without it, as a user without rights.
FROM node:20.20.2-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY src ./src
COPY commands ./commands
RUN npm run build && npm prune --omit=dev --no-audit --no-fund

FROM node:20.20.2-bookworm-slim AS run
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
# The local Discord's page is served as it is written.
COPY --from=build /app/src/local/discord/page ./src/local/discord/page
USER node
EXPOSE 4000
# The process answers signals itself; `init: true` (compose) or `docker run --init` only reaps what it leaves behind.
CMD ["node", "dist/src/main.js"]
