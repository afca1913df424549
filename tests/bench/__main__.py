from tests.bench.sweep import main

main()
