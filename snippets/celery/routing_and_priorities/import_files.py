from poison import app, broken_imports, import_file

# A worker declares only the queues it reads. Nobody reads this one.
with app.connection_for_write() as connection:
    broken_imports(connection).declare()

import_file.delay("broken.csv")
import_file.delay("good.csv")
