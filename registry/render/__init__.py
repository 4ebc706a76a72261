"""What people hold: a certificate as PDF, image, QR code and badge; and the way back from a file to its bundle.

Reading needs the base install only. Writing needs the extra `render` (typst, segno); import those modules where used.
"""
