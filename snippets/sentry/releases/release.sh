export SENTRY_URL="http://localhost:9000/" # for sentry.io, leave this line out
export SENTRY_ORG="my-org"
export SENTRY_PROJECT="shop"
VERSION="shop@$(git rev-parse --short HEAD)" # also the SENTRY_RELEASE of the image
npx sentry-cli releases new "$VERSION"
npx sentry-cli releases set-commits "$VERSION" --local
npx sentry-cli releases finalize "$VERSION"
npx sentry-cli deploys new --release "$VERSION" --env production
