export SENTRY_URL="http://localhost:9000/" # for sentry.io, leave this line out
export SENTRY_ORG="my-org"
export SENTRY_PROJECT="shop"
npx sentry-cli sourcemaps inject dist
npx sentry-cli sourcemaps upload dist
