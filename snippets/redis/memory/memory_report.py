import redis

client = redis.Redis(host="localhost", port=6379, decode_responses=True)
memory = client.info("memory")
stats = client.info("stats")

limit = memory["maxmemory"]
print(f"data and overhead  {memory['used_memory_human']}")
print(f"limit              {memory['maxmemory_human'] if limit else 'none'}")
print(f"policy             {memory['maxmemory_policy']}")
print(f"peak               {memory['used_memory_peak_human']}")
print(f"resident           {memory['used_memory_rss_human']}")
print(f"fragmentation      {memory['mem_fragmentation_ratio']}")
print(f"client buffers     {memory['mem_clients_normal']} bytes")
print(f"evicted keys       {stats['evicted_keys']}")
print(f"expired keys       {stats['expired_keys']}")
client.close()
