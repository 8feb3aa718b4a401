"""Pure: the columns of a personnel file that we take, under the names SIASN and SIMPEG use.

Names are those of the SIASN employee list (snake_case), of its API (camelCase) and of common
SIMPEG exports; case, spaces, underscores and punctuation do not count. All else is left out:
religion, marriage, NIK, tax and health numbers, addresses (law 27/2022: limited and specific).
"""

from __future__ import annotations

from lms.core.sheets import Column

REQUIRED = ("nip", "name")


def _column(field: str, title: str, names: str) -> Column:
    return Column(field=field, title=title, names=tuple(names.split(" | ")))


COLUMNS: tuple[Column, ...] = (
    _column(
        "nip",
        "NIP",
        "nip_baru | NIP Baru | NIP/NI PPPK | NIP / NIPPPK | NIP | NIP Pegawai | nip pns"
        " | nip asn | No NIP | Nomor NIP | Nomor Induk Pegawai | NI PPPK | NIPPPK | N.I.P",
    ),
    _column(
        "name",
        "Nama",
        "nama | Nama Pegawai | Nama Lengkap | nama_pns | nama asn | Nama PNS/PPPK"
        " | Nama tanpa gelar | nama_pegawai | Nama Peserta | Nama dan gelar"
        " | Nama Lengkap dengan Gelar | Nama/NIP",
    ),
    _column(
        "title_before",
        "Gelar depan",
        "gelar_depan | gelar_dpn | Gelar di depan | glr_depan",
    ),
    _column(
        "title_after",
        "Gelar belakang",
        "gelar_belakang | gelar_blk | Gelar di belakang | glr_belakang | gelar",
    ),
    _column(
        "birth_date",
        "Tanggal lahir",
        "tanggal_lahir | tgl_lahir | tgl lhr | TanggalLahir | tanggal lahir pegawai",
    ),
    _column(
        "sex",
        "Jenis kelamin",
        "jenis_kelamin | L/P | P/L | JK | Kelamin | Gender | jns_kelamin | sex",
    ),
    _column(
        "kind",
        "Jenis jabatan",
        "jenis_jabatan_nama | jenisJabatan | jenis_jabatan | jns_jabatan"
        " | jenis_jabatan_id | jenisJabatanId",
    ),
    _column(
        "position_structural",
        "Jabatan struktural",
        "jabatanStrukturalNama | jabatan_struktural | nama_jabatan_struktural",
    ),
    _column(
        "position_functional",
        "Jabatan fungsional",
        "jabatanFungsionalNama | jabatan_fungsional | jabatan_fungsional_tertentu"
        " | nama_jabatan_fungsional",
    ),
    _column(
        "position_general",
        "Jabatan pelaksana",
        "jabatanFungsionalUmumNama | jabatan_fungsional_umum | jabatan_pelaksana",
    ),
    _column(
        "position",
        "Jabatan",
        "jabatan_nama | nama_jabatan | jabatan | jabatan terakhir | Jabatan saat ini"
        " | jabatanNama | Nama Jabatan Terakhir",
    ),
    _column(
        "rank",
        "Jenjang",
        "asnJenjangJabatan | jenjang_jabatan | jenjang | level jabatan | levelJabatan"
        " | Jenjang Jabatan Fungsional | jenjang_jf",
    ),
    _column(
        "echelon",
        "Eselon",
        "eselon | eselon_nama | nama_eselon | eselonLevel | tingkat eselon | eselon_id | eselonId",
    ),
    _column(
        "grade",
        "Golongan",
        "gol_akhir_nama | golRuangAkhir | golongan | gol | gol_ruang | gol/ruang"
        " | golongan ruang | Golongan/Ruang | gol_terakhir | golongan_terakhir"
        " | Pangkat/Golongan | Pangkat/Gol | Pangkat/Gol. Ruang | Pangkat Golongan"
        " | pangkat_golongan | Gol. Ruang Akhir | golongan_nama | gol_akhir_id",
    ),
    _column(
        "unit",
        "Unit kerja",
        "unor_nama | unorNama | nama_unor | unit_kerja | unit kerja | unor | unit"
        " | unit_kerja_nama | nama_unit_kerja | nama unit | Unit Organisasi"
        " | sub_unit_kerja | tempat tugas | Satuan Pendidikan",
    ),
    _column(
        "top_unit",
        "OPD",
        "unor_induk_nama | unorIndukNama | unor_induk | nama_unor_induk | OPD | SKPD"
        " | perangkat_daerah | nama_opd | nama_skpd | unit_kerja_induk"
        " | satuan_kerja_induk_nama | satuan_kerja_kerja_nama | satuan_kerja | satker"
        " | instansi_induk | unit induk | Dinas | Dinas/Badan",
    ),
    _column(
        "education",
        "Pendidikan",
        "tingkat_pendidikan_nama | tkPendidikanTerakhir | tingkat_pendidikan"
        " | tk_pendidikan | pendidikan_terakhir | pendidikanTerakhirNama | pendidikan"
        " | pendidikan_nama | jenjang_pendidikan | tingkat_pendidikan_id",
    ),
    _column(
        "phone",
        "Nomor HP",
        "nomor_hp | no_hp | noHp | nomor hp/wa | no hp/wa | No. HP (WhatsApp) | No WA"
        " | nomor wa | nomor whatsapp | No WhatsApp | whatsapp | wa | hp"
        " | telepon seluler | handphone | no handphone | nomor handphone | nomor ponsel"
        " | no telepon | no telp | nomor telepon | telepon",
    ),
    _column(
        "email",
        "Email",
        "email_gov | emailGov | email dinas | email | e-mail | alamat email | surel",
    ),
    _column(
        "supervisor",
        "NIP atasan",
        "nip_atasan | nip atasan langsung | atasan_nip | nipAtasan | atasan langsung nip"
        " | nip pejabat penilai | nip_penilai | atasan | atasan langsung",
    ),
)
