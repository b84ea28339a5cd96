npx esbuild trace.js --bundle --minify --sourcemap --outfile=dist/shop.js
