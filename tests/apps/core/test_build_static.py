import fontpkg_be_vietnam_pro
import fontpkg_inter
from django.contrib.staticfiles.finders import get_finder
from fontTools.ttLib import TTFont

from banyan.apps.core.management.commands.build_static import (
    STAMP,
    build_fonts,
    cut_letters,
    describe_build,
    gather_files,
    list_letters,
)

ALPHABET = "aăâbcdđeêghiklmnoôơpqrstuưvxy"
TONED = "áàảãạắằẳẵặấầẩẫậéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ"
FIGURES = "0123456789.,%−–·≤≥≠∞→“”…\u00a0"


def test_letters_hold_all_of_vietnamese_and_the_marks_of_figures():
    wanted = {ord(letter) for letter in ALPHABET + ALPHABET.upper() + TONED + TONED.upper() + FIGURES}

    assert wanted - set(list_letters()) == set()


def test_cut_text_face_keeps_every_vietnamese_letter():
    font = cut_letters(TTFont(fontpkg_be_vietnam_pro.ROOT / "files" / "BeVietnamPro-Regular.ttf"))

    assert {ord(letter) for letter in TONED + TONED.upper()} - set(font.getBestCmap()) == set()


def test_cut_face_of_figures_keeps_tabular_figures():
    font = cut_letters(TTFont(fontpkg_inter.ROOT / "files" / "Inter[opsz,wght].ttf"))

    assert "tnum" in {record.FeatureTag for record in font["GSUB"].table.FeatureList.FeatureRecord}


def test_faces_of_the_same_versions_are_not_cut_again(tmp_path):
    import json

    (tmp_path / STAMP).write_text(json.dumps(describe_build()))

    assert build_fonts(tmp_path) is False
    assert [path.name for path in tmp_path.iterdir()] == [STAMP]


def test_files_are_gathered_again_only_when_one_has_changed(tmp_path, settings):
    settings.STATIC_ROOT, source = tmp_path / "out", tmp_path / "in"
    settings.STATICFILES_DIRS = [source]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    get_finder.cache_clear()
    source.mkdir()
    (source / "page.css").write_text("body { color: red }" * 100)
    record = tmp_path / "record.json"

    assert gather_files(settings.STATIC_ROOT, record) is True
    assert sorted(path.name for path in settings.STATIC_ROOT.iterdir()) == ["page.css", "page.css.gz"]
    assert gather_files(settings.STATIC_ROOT, record) is False

    (source / "page.css").write_text("body { color: green }" * 100)
    assert gather_files(settings.STATIC_ROOT, record) is True
    assert "green" in (settings.STATIC_ROOT / "page.css").read_text()
    get_finder.cache_clear()
