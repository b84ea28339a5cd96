for port in 26379 26380 26381; do
  # Sentinel writes what it learns into its file, so each needs its own copy.
  mkdir sentinel-$port
  cp sentinel.conf sentinel-$port/
  redis-server sentinel-$port/sentinel.conf --sentinel --port $port --dir sentinel-$port
done

# Ready: each of them knows the other two, and a replica that is in step.
for port in 26379 26380 26381; do
  until redis-cli -p $port sentinel master orders 2>&1 | grep -A 1 num-other-sentinels | grep -q '^2$' &&
    redis-cli -p $port sentinel replicas orders 2>&1 | grep -A 1 master-link-status | grep -q '^ok$'
  do
    sleep 0.2
  done
done
