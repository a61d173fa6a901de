"""What the operating system reports, in the words of the person at the desk."""

import errno
from collections.abc import Mapping
from types import MappingProxyType

_WORDS: Mapping[int, str] = MappingProxyType(
    {
        errno.EACCES: "没有权限",
        errno.EPERM: "不允许这样做",
        errno.ENOENT: "没有这个文件或文件夹",
        errno.ENOTDIR: "路径中间有一段不是文件夹",
        errno.EISDIR: "那是一个文件夹",
        errno.EEXIST: "已经有同名的文件",
        errno.ENOSPC: "磁盘已满",
        errno.EDQUOT: "磁盘配额已用完",
        errno.EFBIG: "磁盘已满，或文件超过允许的大小",
        errno.EROFS: "磁盘是只读的",
        errno.EBUSY: "文件正被别的程序使用",
        errno.EMFILE: "打开的文件太多",
        errno.ENFILE: "打开的文件太多",
        errno.ENAMETOOLONG: "文件名太长",
        errno.EIO: "磁盘读写出错",
    }
)


def system_words(error: OSError) -> str:
    """Say in Chinese what an error of the operating system is; its number where that is unknown."""
    return _WORDS.get(error.errno or 0, f"系统错误 {error.errno}")
