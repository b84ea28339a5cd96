npx esbuild shop.js --bundle --minify --sourcemap --outfile=dist/shop.js
