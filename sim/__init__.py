"""The machine: columns, draws, network, kernels, cascades, market, event stream, metrics, the Mesa model."""
