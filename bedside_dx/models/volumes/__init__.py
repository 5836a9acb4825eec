"""Networks that read volumes and mark their voxels: their packages, and running them."""
