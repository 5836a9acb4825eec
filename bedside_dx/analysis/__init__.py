"""Image to findings to verdict: tissue, quality, patches, stream, aggregate, confidence."""
