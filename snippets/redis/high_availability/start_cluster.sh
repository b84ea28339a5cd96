nodes=""
for port in 7001 7002 7003 7004 7005 7006; do
  mkdir node-$port
  redis-server cluster.conf --port $port --dir node-$port
  nodes="$nodes 127.0.0.1:$port"
done
for port in 7001 7002 7003 7004 7005 7006; do
  until redis-cli -p $port ping 2> /dev/null | grep -q PONG; do sleep 0.1; done
done
redis-cli --cluster create $nodes --cluster-replicas 1 --cluster-yes > create.log

# Ready: the cluster says ok, and each replica has its copy.
until redis-cli -p 7001 cluster info 2>&1 | grep -q cluster_state:ok; do sleep 0.1; done
for port in 7004 7005 7006; do
  until redis-cli -p $port info replication 2>&1 | grep -q master_link_status:up; do sleep 0.1; done
done
