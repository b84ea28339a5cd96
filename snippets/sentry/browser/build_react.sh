npx esbuild react_shop.jsx --bundle --jsx=automatic --minify --sourcemap --outfile=dist/shop.js
