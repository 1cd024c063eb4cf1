"""Reports: findings and ports as text, concise lines, JSON, SARIF and GitHub annotations.

What they show is made ready by `hipwright.report.located`, where byte offsets have become lines and
columns. A report takes the results of files one by one, so that a large repository is never held
in memory.
"""
