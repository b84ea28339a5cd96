openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out issuer.key
openssl pkey -in issuer.key -pubout -out issuer.pub
