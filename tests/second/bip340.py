"""BIP-340: whether a signature holds. Plain numbers on the curve; slow, and enough."""
from hashes import tagged

P = 2**256 - 2**32 - 977
N = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
G = (0x79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798,
     0x483ADA7726A3C4655DA4FBFC0E1108A8FD17B448A68554199C47D08FFB10D4B8)


def lift_x(x):
    """The point with this x and an even y."""
    if x >= P:
        return None
    square = (pow(x, 3, P) + 7) % P
    y = pow(square, (P + 1) // 4, P)
    if y * y % P != square:
        return None
    return x, y if y % 2 == 0 else P - y


def double(a):
    """In Jacobian coordinates, as everything below: (x / z^2, y / z^3), z = 0 at infinity."""
    x, y, z = a
    s, m = 4 * x * y * y % P, 3 * x * x % P
    x2 = (m * m - 2 * s) % P
    return x2, (m * (s - x2) - 8 * pow(y, 4, P)) % P, 2 * y * z % P


def add(a, b):
    if a[2] == 0:
        return b
    if b[2] == 0:
        return a
    z1, z2 = a[2] * a[2] % P, b[2] * b[2] % P
    u1, u2 = a[0] * z2 % P, b[0] * z1 % P
    s1, s2 = a[1] * z2 * b[2] % P, b[1] * z1 * a[2] % P
    if u1 == u2:
        return double(a) if s1 == s2 else (1, 1, 0)
    h, r = (u2 - u1) % P, (s2 - s1) % P
    h2, h3 = h * h % P, pow(h, 3, P)
    x = (r * r - h3 - 2 * u1 * h2) % P
    return x, (r * (u1 * h2 - x) - s1 * h3) % P, h * a[2] * b[2] % P


def two_products(s, e, point):
    """s * G + e * point, bit by bit."""
    g, p = (*G, 1), (*point, 1)
    both, sum_ = add(g, p), (1, 1, 0)
    for bit in range(255, -1, -1):
        sum_ = double(sum_)
        step = (s >> bit & 1) + 2 * (e >> bit & 1)
        if step:
            sum_ = add(sum_, (None, g, p, both)[step])
    return sum_


def verify(key, message, signature):
    """The signature of 64 bytes over the message of 32 bytes, by the x-only key."""
    if len(key) != 32 or len(signature) != 64:
        return False
    point = lift_x(int.from_bytes(key, "big"))
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    if point is None or r >= P or s >= N:
        return False
    e = int.from_bytes(tagged("BIP0340/challenge", signature[:32] + key + message), "big") % N
    x, y, z = two_products(s, N - e, point)
    if z == 0:
        return False
    inverse = pow(z, -1, P)
    return x * inverse * inverse % P == r and y * pow(inverse, 3, P) % P % 2 == 0
