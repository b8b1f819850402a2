# Two versions of a few packages, an advisory for one of them, and the older versions installed.
mkdir -p /srv/rpm /root/spec /etc/dnf/vars
echo 9 > /etc/dnf/vars/releasever
# Debian's own: it keeps copies of what was fetched.
printf '[main]\nenabled=0\n' > /etc/dnf/plugins/local.conf
make() {
  cat > "/root/spec/$1.spec" <<SPEC
Name: $1
Version: $2
Epoch: $3
Release: 1.el9
Summary: for tests
License: MIT
BuildArch: noarch
%description
For tests.
%files
SPEC
  rpmbuild --quiet --define "_rpmdir /srv/rpm" -bb "/root/spec/$1.spec" > /root/build.log 2>&1
}
for version in 1.0 1.1; do
  make mariadb-server "$version" 3
  make php-fpm "$version" 0
  make systemd "$version" 0
  make a-package-whose-name-is-longer-than-the-columns-of-most-tables "$version" 0
done
cat > /root/updateinfo.xml <<XML
<updates><update from="lab" status="final" type="security" version="1"><id>LAB-1</id><title>mariadb-server</title>
<issued date="2026-01-01 00:00:00"/><severity>Important</severity><description>for tests</description><references/>
<pkglist><collection short="lab"><name>lab</name><package name="mariadb-server" version="1.1" release="1.el9" epoch="3"
arch="noarch"><filename>mariadb-server-1.1-1.el9.noarch.rpm</filename></package></collection></pkglist></update></updates>
XML
createrepo_c -q /srv/rpm
modifyrepo_c --mdtype=updateinfo /root/updateinfo.xml /srv/rpm/repodata > /root/build.log
mkdir -p /etc/yum.repos.d
printf '[lab]\nname=lab\nbaseurl=file:///srv/rpm\ngpgcheck=0\n' > /etc/yum.repos.d/lab.repo
dnf -y -q install mariadb-server-1.0 php-fpm-1.0 systemd-1.0 a-package-whose-name-is-longer-than-the-columns-of-most-tables-1.0
