npx esbuild vue_shop.js --bundle --minify --sourcemap --outfile=dist/shop.js
